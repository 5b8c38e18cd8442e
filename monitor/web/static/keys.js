// Keys and announcements of the pages. Everything works without it; it adds nothing that a form or link cannot do.
"use strict";
