"""A real identity provider for the tests of single sign-on: Django with allauth's own, in a process of its own."""
