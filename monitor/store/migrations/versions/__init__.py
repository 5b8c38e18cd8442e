"""One module a migration. What is released is never edited: a mistake is mended by the next one."""
