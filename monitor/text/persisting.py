"""Words that say of something that it goes on, is there again, or has only come to be. Pure."""

import re

_STILL = re.compile(
    r"\b(?:still|remains?|remained|continu(?:es?|ed|ing)|ongoing|keeps? up|kept up|goes on|go on|persists?)\b"
    r"|(?<!\w)و?(?:(?:لا|ما) (?:[يت]زال|زالت?)|مازالت?|لازالت?|(?:[يت]|م)ستمر\w*|استمر\w*|[يت]واصل|مواصله)(?!\w)"
)
_AGAIN = re.compile(
    r"\b(?:re-?impos\w+|re-?instat\w+|renew(?:s|ed|ing)|resum(?:es?|ed|ing)|again|anew|once more|a second time"
    r"|(?:is|are|came|comes) back|back (?:under|in place)|siege returns)\b"
    r"|(?<!\w)[وف]?(?:مجددا|من جديد|مره اخري|مره ثانيه"
    r"|(?:[يت]عيد|اعادت?|اعيد|عاودت?|[يت]عاود|اعاده|معاوده)(?: \S+){0,3} (?:فرض|اغلاق|حصار|محاصره|تطويق))(?!\w)"
)
_COMES = re.compile(
    r"\b(?:also|too|as well|now|today|tonight|yesterday|newly|this (?:morning|afternoon|evening|week)"
    r"|(?<!been )(?<!are )(?<!is )(?<!were )(?<!was )(?<!siege )(?<!blockade )"
    r"(?:imposed|laid|encircled|surrounded|closed|sealed)(?! (?:since|for)\b)"
    r"|(?:extend|expand|spread|widen)(?:s|ed|ing)?|(?:on|since) (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
    r"|(?<!\w)[وف]?(?:ايضا|كذلك|كما|اليوم|امس|الان|الليله|هذا (?:الصباح|المساء|الاسبوع)"
    r"|(?:صباح|مساء|فجر|يوم|منذ) (?:ال)?(?:يوم|امس|اثنين|ثلاثاء|اربعاء|خميس|جمعه|سبت|احد)"
    r"|(?:فرض|طوق|حاصر|احكم|اغلق)ت"
    r"|[يت]?متد\w*|امتد\w*|[يت]?توسع\w*|وسع\w*|توسيع|لتشمل|ليشمل|شملت?|[يت]شمل)(?!\w)"
)
_CLAUSE = re.compile(
    r"[,;:،؛—–](?!\d)|\s-\s"
    r"|\b(?:while|whil?st|whose|where|which|who|when|after|following|amid|despite|but)\b"
    r"|(?<!\w)و?(?:بعد|بينما|فيما|حيث|وسط|رغم|عقب|اثر|التي|الذي|الذين|لكن)(?!\w)"
)
_UNDER_SIEGE = re.compile(
    r"\b(?:siege|blockade|encirclement)\b"
    r"|\b(?:been|being|is|are|was|were|be|remains?|remained|still|stays?|stayed|left)(?: \w+){0,2} "
    r"(?:besieged|blockaded|encircled|surrounded|cut off|closed|blocked|sealed|trapped|isolated)\b"
    r"|\b(?:besieged|blockaded|encircled|surrounded|cut off|closed|sealed|trapped|isolated) (?:since|for)\b"
    r"|(?<!\w)(?:[وفبل]|ال|وال|بال|لل)*(?:(?:حصار|محاصر|مطوق|مغلق|مقطوع|معزول)(?:\w{0,3})|[يت]حاصر\w*)(?!\w)"
)


def persists(folded: str) -> bool:
    return bool(_STILL.search(folded))


def returns(folded: str) -> bool:
    return bool(_AGAIN.search(folded))


def comes(folded: str) -> bool:
    """Whether the words date something to these days, have somebody do it, or have it spread."""
    return bool(_COMES.search(folded))


def of_a_siege(folded: str) -> str:
    """Those clauses that tell of a siege as of a state: a length of time in another one is that of something else."""
    return ". ".join(clause for clause in _CLAUSE.split(folded) if _UNDER_SIEGE.search(clause))
