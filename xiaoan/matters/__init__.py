"""Matters: what lies around a school and between people: surroundings, disputes, petitions and enquiries, each with the
partner body or keeper that handles it. Mediation is confidential."""
