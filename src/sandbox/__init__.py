DISTRIBUTION = "cloudops-agent"
