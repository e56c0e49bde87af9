/* Orecell report: draws the figures, switches variants and views, keeps the state in the link.
   Text from data reaches the page only as text, never as markup. */
(function () {
  "use strict";

  var data = JSON.parse(document.getElementById("report-data").textContent);
  var MAP = "north_america";
  var PRINT_PX = 680;
  var LONG_TABLE_ROWS = 15;
  var SHORT_TEXT = 12;
  var LONG_TEXT = 40;
  var WEB_ADDRESS = /^https?:\/\/[^\s<>"]+$/;
  var cards = new Map();
  var state = new URLSearchParams();

  document.documentElement.classList.add("js");

  function element(tag, text, className) {
    var made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function shown(cell) {
    if (cell === null || cell === undefined) return "\u2013";
    if (typeof cell === "boolean") return cell ? "yes" : "no";
    if (typeof cell !== "number") return String(cell);
    if (!Number.isFinite(cell)) return "\u2013";
    var size = Math.abs(cell);
    var value = Number.isInteger(cell) ? cell : size >= 1000 ? Math.round(cell) : Number(cell.toPrecision(4));
    return size >= 10000 ? value.toLocaleString("en-US") : String(value);
  }

  function linked(text) {
    if (!WEB_ADDRESS.test(text)) return document.createTextNode(text);
    var link = element("a", text);
    link.href = text;
    link.rel = "noopener noreferrer";
    return link;
  }

  /* Tables */

  function makeTable(figure) {
    var box = element("div", undefined, "scroll");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", figure.title);
    var table = element("table");
    table.append(element("caption", figure.title));
    var head = table.createTHead().insertRow();
    figure.columns.forEach(function (column) {
      var cell = element("th", column);
      cell.scope = "col";
      head.append(cell);
    });
    var body = table.createTBody();
    var assumed = new Set(figure.assumed);
    figure.rows.forEach(function (row, index) {
      var line = body.insertRow();
      if (assumed.has(index)) line.className = "assumed";
      row.forEach(function (value) {
        var text = shown(value);
        var kind = typeof value === "number" ? "number" : text.length <= SHORT_TEXT ? "short" : text.length >= LONG_TEXT ? "long" : "";
        var cell = element("td", undefined, kind);
        cell.append(linked(text));
        line.append(cell);
      });
    });
    box.append(table);
    return box;
  }

  function addFilter(box) {
    var rows = Array.from(box.querySelectorAll("tbody tr"));
    if (rows.length <= LONG_TABLE_ROWS) return;
    var label = element("label", "Show rows with", "filter");
    var input = element("input");
    input.type = "search";
    label.append(input);
    input.addEventListener("input", function () {
      var wanted = input.value.trim().toLowerCase();
      rows.forEach(function (row) {
        row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
      });
    });
    box.before(label);
  }

  function csvCell(value) {
    if (value === null) return "";
    var text = String(value);
    // A spreadsheet would run text that begins like a formula.
    if (typeof value === "string" && /^[=+@\t\r]/.test(text)) text = "'" + text;
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function toCsv(figure) {
    return [figure.columns].concat(figure.rows).map(function (row) { return row.map(csvCell).join(","); }).join("\n") + "\n";
  }

  function download(name, type, text) {
    var link = element("a");
    link.href = URL.createObjectURL(new Blob([text], { type: type }));
    link.download = name;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }

  /* Figures */

  function figureOf(card) {
    var key = card.slot.selectors.map(function (selector) {
      var value = state.get(selector.name);
      return selector.values.includes(value) ? value : selector.values[0];
    });
    return card.slot.variants.find(function (variant) {
      return variant.key.every(function (value, i) { return value === key[i]; });
    });
  }

  /* Drawn anew at every width, because an option for narrow pages is not undone by a wider one. */
  function draw(card) {
    var width = card.box.clientWidth;
    if (!window.echarts || width === 0) return;
    var figure = card.figure;
    if (card.drawn === figure && card.width === width) return;
    try {
      if (!card.chart) card.chart = window.echarts.init(card.box, null, { renderer: "svg" });
      var option = structuredClone(figure.option);
      var base = option.baseOption || option;
      base.tooltip = Object.assign({}, base.tooltip, { valueFormatter: shown });
      card.chart.resize();
      card.chart.setOption(option, { notMerge: true });
      card.drawn = figure;
      card.width = width;
    } catch (problem) {
      card.box.textContent = "This picture could not be drawn; the table holds the same numbers.";
      card.box.style.height = "auto";
      console.error(problem);
    }
  }

  function fillList(part, items, make) {
    part.replaceChildren.apply(part, items.map(make));
  }

  function fillMarks(part, marks) {
    fillList(part, marks, function (mark) {
      var item = element("li", undefined, "key");
      var swatch = element("span", undefined, "swatch " + mark[0]);
      swatch.setAttribute("aria-hidden", "true");
      item.append(swatch, element("span", mark[1]));
      return item;
    });
  }

  function fillData(card) {
    var figure = card.figure;
    var name = figure.run + "_" + card.slot.id;
    var buttons = element("div", undefined, "buttons");
    var csv = element("button", "Download table (CSV)", "button");
    var svg = element("button", "Download picture (SVG)", "button");
    csv.type = svg.type = "button";
    csv.addEventListener("click", function () { download(name + ".csv", "text/csv;charset=utf-8", toCsv(figure)); });
    svg.addEventListener("click", function () {
      if (card.chart) download(name + ".svg", "image/svg+xml", card.chart.renderToSVGString());
    });
    buttons.append(csv, svg);
    var about = figure.rows.length + " rows, " + figure.columns.length + " columns, full precision. Unit: " + figure.unit + ". Run " + figure.run + ".";
    card.panels.data.replaceChildren(element("p", about, "sentence"), buttons);
  }

  function linkTo(card) {
    var params = new URLSearchParams(state);
    params.set("at", card.slot.id);
    return location.href.split("#")[0] + "#" + params.toString();
  }

  function fillCite(card) {
    var text = "“" + card.figure.title + "”. " + (data.citation || "Orecell, run " + card.figure.run + ".");
    var buttons = element("div", undefined, "buttons");
    if (navigator.clipboard) {
      [["Copy citation", function () { return text; }], ["Copy link to this view", function () { return linkTo(card); }]].forEach(function (pair) {
        var button = element("button", pair[0], "button");
        button.type = "button";
        button.addEventListener("click", function () {
          navigator.clipboard.writeText(pair[1]()).then(function () { button.textContent = "Copied"; });
        });
        buttons.append(button);
      });
    }
    card.panels.cite.replaceChildren(element("p", text.trim(), "quote"), buttons);
  }

  /* A map takes the wheel and the finger only where the reader asked for it. */
  function fillZoom(card) {
    var base = card.figure.option.baseOption || card.figure.option;
    if (!base.geo) { if (card.zoom) card.zoom.hidden = true; return; }
    if (!card.zoom) {
      card.zoom = element("label", undefined, "zoom");
      card.zoomBox = element("input");
      card.zoomBox.type = "checkbox";
      card.zoom.append(card.zoomBox, element("span", "Zoom and move the map"));
      card.box.after(card.zoom);
      card.zoomBox.addEventListener("change", function () {
        if (card.chart) card.chart.setOption({ geo: { roam: card.zoomBox.checked } });
      });
    }
    card.zoom.hidden = false;
    card.zoomBox.checked = false;
  }

  function fill(card) {
    var figure = figureOf(card);
    if (card.figure === figure) return;
    card.figure = figure;
    card.part.title.textContent = figure.title;
    card.part.sentence.textContent = figure.sentence;
    fillMarks(card.part.marks, figure.marks);
    fillList(card.part.notes, figure.notes, function (note) { return element("li", note); });
    card.box.style.height = figure.height + "px";
    card.box.setAttribute("aria-label", figure.title + ". " + figure.sentence);
    var table = makeTable(figure);
    card.panels.table.replaceChildren(table);
    addFilter(table);
    var list = element("ul");
    fillList(list, figure.sources, function (source) {
      var item = element("li");
      item.append(linked(source));
      return item;
    });
    card.panels.sources.replaceChildren(list);
    fillData(card);
    fillCite(card);
    fillZoom(card);
  }

  function showView(card, wanted) {
    var view = card.panels[wanted] ? wanted : "chart";
    card.tabs.forEach(function (tab) {
      var isChosen = tab.dataset.view === view;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    });
    Object.keys(card.panels).forEach(function (name) { card.panels[name].hidden = name !== view; });
  }

  /* State in the link */

  function readState() {
    var text = location.hash.slice(1);
    state = new URLSearchParams(text.includes("=") ? text : "");
  }

  function remember(name, value, normal) {
    if (value === normal) state.delete(name); else state.set(name, value);
    state.delete("at");
    var text = state.toString();
    history.replaceState(null, "", text ? "#" + text : location.href.split("#")[0]);
  }

  function apply() {
    cards.forEach(function (card) {
      fill(card);
      card.selects.forEach(function (select) {
        var selector = card.slot.selectors.find(function (s) { return s.name === select.dataset.selector; });
        select.value = card.figure.key[card.slot.selectors.indexOf(selector)];
      });
      showView(card, state.get("view." + card.slot.id) || "chart");
    });
    drawAll();
  }

  function drawAll() {
    var waiting = Array.from(cards.values());
    (function next() {
      var card = waiting.shift();
      if (!card) return;
      draw(card);
      setTimeout(next, 0);
    })();
  }

  function goTo(id) {
    var target = id && document.getElementById(id);
    if (!target) return;
    if (target.tagName === "DETAILS") target.open = true;
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  }

  /* Start */

  function collect(root, attribute) {
    var found = {};
    root.querySelectorAll("[data-" + attribute + "]").forEach(function (node) { found[node.dataset[attribute]] = node; });
    return found;
  }

  function onTabKey(card, event) {
    var at = card.tabs.indexOf(event.currentTarget);
    var last = card.tabs.length - 1;
    var next = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    card.tabs[next].focus();
    card.tabs[next].click();
  }

  function start(slot) {
    var root = document.querySelector('[data-slot="' + slot.id + '"]');
    var card = { slot: slot, part: collect(root, "part"), panels: collect(root, "panel") };
    card.box = card.part.chart;
    card.tabs = Array.from(root.querySelectorAll("[role=tab]"));
    card.selects = Array.from(root.querySelectorAll("select"));
    card.tabs.forEach(function (tab) {
      tab.addEventListener("click", function () {
        remember("view." + slot.id, tab.dataset.view, "chart");
        showView(card, tab.dataset.view);
        draw(card);
      });
      tab.addEventListener("keydown", function (event) { onTabKey(card, event); });
    });
    card.selects.forEach(function (select) {
      select.addEventListener("change", function () {
        remember(select.dataset.selector, select.value, select.options[0].value);
        apply();
      });
    });
    if (window.ResizeObserver) new ResizeObserver(function () { if (card.figure) draw(card); }).observe(card.box);
    cards.set(slot.id, card);
  }

  function beforePrint() {
    cards.forEach(function (card) {
      showView(card, "chart");
      card.box.style.width = PRINT_PX + "px";
      draw(card);
    });
  }

  function afterPrint() {
    cards.forEach(function (card) { card.box.style.width = ""; });
    apply();
  }

  document.querySelectorAll("main > section > .scroll, main > section > details > .scroll").forEach(addFilter);
  document.querySelectorAll("[data-goto]").forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      goTo(link.getAttribute("href").slice(1));
    });
  });
  if (window.echarts) {
    window.echarts.registerMap(MAP, { geoJSON: JSON.parse(document.getElementById("report-outlines").textContent) });
  }
  data.slots.forEach(start);
  readState();
  apply();
  goTo(state.get("at") || (location.hash.includes("=") ? "" : location.hash.slice(1)));
  window.addEventListener("hashchange", function () { readState(); apply(); goTo(state.get("at")); });
  window.addEventListener("beforeprint", beforePrint);
  window.addEventListener("afterprint", afterPrint);
})();
