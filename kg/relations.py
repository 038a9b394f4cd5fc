"""What databases call a link between two articles → the CiTO property from the article that states it to the other.

None where CiTO has none of that sense: the link is kept under its own name.

Sources: NLM, "PubMed XML element descriptions", CommentsCorrections, and the tags of the MEDLINE display format;
Crossref, "Relationships" and Crossmark's update types; CiTO 2.8.
"""

from __future__ import annotations

from collections.abc import Mapping

NLM: Mapping[str, str | None] = {
    "AssociatedDataset": None,
    "AssociatedPublication": None,
    "CommentIn": "hasReplyFrom",
    "CommentOn": "repliesTo",
    "CorrectedandRepublishedFrom": "corrects",
    "CorrectedandRepublishedIn": "isCorrectedBy",
    "ErratumFor": "corrects",
    "ErratumIn": "isCorrectedBy",
    "ExpressionOfConcernFor": None,
    "ExpressionOfConcernIn": None,
    "OriginalReportIn": None,
    "PartialRetractionIn": None,
    "PartialRetractionOf": None,
    "ReprintIn": None,
    "ReprintOf": None,
    "RepublishedFrom": None,
    "RepublishedIn": None,
    "RetractedandRepublishedFrom": "updates",
    "RetractedandRepublishedIn": "isUpdatedBy",
    "RetractionIn": "isRetractedBy",
    "RetractionOf": "retracts",
    "SummaryForPatientsIn": None,
    "UpdateIn": "isUpdatedBy",
    "UpdateOf": "updates",
}
"""NLM's kind of link, as PubMed XML writes it"""

_KEYS = {name.casefold(): name for name in NLM}
_ODD = {
    "retracted and republished in": "RetractedandRepublishedIn",
    "preprint in": "UpdateIn",
    "preprint of": "UpdateOf",
    "erratumfor": "ErratumFor",
}


def nlm(printed: str) -> str | None:
    """NLM's name of a kind of link that a text prints in words.

    >>> nlm("Comment in"), nlm("Retraction of:"), nlm("See also")
    ('CommentIn', 'RetractionOf', None)
    """
    words = printed.rstrip(" :").casefold()
    return _ODD.get(words) or _KEYS.get(words.replace(" ", ""))


CROSSREF: Mapping[str, str | None] = {
    "is-comment-on": "repliesTo",
    "has-comment": "hasReplyFrom",
    "is-reply-to": "repliesTo",
    "has-reply": "hasReplyFrom",
    "is-review-of": "reviews",
    "has-review": "isReviewedBy",
    "documents": "documents",
    "is-documented-by": "isDocumentedBy",
    "compiles": "compiles",
    "is-compiled-by": "isCompiledBy",
    "replaces": "updates",
    "is-replaced-by": "isUpdatedBy",
}
"""Crossref's kinds of relation that CiTO knows; the others (is-preprint-of, has-version …) keep their own name"""

_CROSSREF_UPDATES = {
    "addendum": "updates",
    "correction": "corrects",
    "corrigendum": "corrects",
    "erratum": "corrects",
    "new_edition": "updates",
    "new_version": "updates",
    "removal": "retracts",
    "retraction": "retracts",
    "withdrawal": "retracts",
}
_INVERSE = {"updates": "isUpdatedBy", "corrects": "isCorrectedBy", "retracts": "isRetractedBy"}


def crossref_update(kind: str, *, is_notice: bool) -> str | None:
    """The property of a Crossmark update: from the notice, or from the article that it is about.

    >>> crossref_update("retraction", is_notice=True), crossref_update("erratum", is_notice=False)
    ('retracts', 'isCorrectedBy')
    """
    relation = _CROSSREF_UPDATES.get(kind.casefold().replace(" ", "_").replace("-", "_"))
    if relation not in _INVERSE:
        return None
    return relation if is_notice else _INVERSE[relation]
