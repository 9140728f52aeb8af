"""Site: settings, root urls, menu and the lists of what is installed."""
