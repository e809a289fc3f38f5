"""Microsoft.Resources/deployments: templates deployed, validated, and tried out."""
