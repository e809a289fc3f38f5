"""Microsoft.ResourceHealth: how resources do, and what goes on at the provider."""
