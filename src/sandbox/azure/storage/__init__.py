"""Microsoft.Storage, the control plane: accounts and their keys. No data is kept."""
