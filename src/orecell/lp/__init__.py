"""Linear and mixed-integer programs by named blocks: built sparse, solved by HiGHS, certified, explained."""
