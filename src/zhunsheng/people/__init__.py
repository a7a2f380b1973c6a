"""Officers, units, posts and qualifications; who may hold which role; sign-in; how far a person's sight reaches."""
