"""The page Class: a teacher starts a class, steers and watches it; a member sees who they are."""
