"""The functions of template expressions, a module for each family of Microsoft's reference."""
