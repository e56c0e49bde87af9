"""The chain scale: demand, requirements through recipes, and what facilities will make."""
