"""The platform: settings, stores, jobs, events. Knows no business noun."""
