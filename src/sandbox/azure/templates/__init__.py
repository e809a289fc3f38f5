"""ARM templates: the language, and the graph of resources that a template comes to."""
