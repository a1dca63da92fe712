"""What kinds of filings there are, in both languages."""

from collections.abc import Sequence
from typing import Final

from servicedesk.enterprises.ledger import Link
from servicedesk.words import Text

KINDS: Final[dict[str, Text]] = {
    "set_up": Text("Set-up registration", "设立登记"),
    "import": Text("Entry of an enterprise that existed before", "存量企业录入"),
    "change_name": Text("Change of name", "名称变更"),
    "change_address": Text("Change of address", "住所变更"),
    "increase_capital": Text("Increase of capital", "增加注册资本"),
    "decrease_capital": Text("Decrease of capital", "减少注册资本"),
    "change_legal_representative": Text("Change of legal representative", "法定代表人变更"),
    "change_scope": Text("Change of business scope", "经营范围变更"),
    "change_shareholders": Text("Change of shareholders", "股东变更"),
    "change_type": Text("Change of company type", "公司类型变更"),
    "file_particulars": Text("Filing of particulars", "事项备案"),
    "file_beneficial_owners": Text("Filing of beneficial owners", "受益所有人备案"),
    "suspend": Text("Suspension of business", "歇业备案"),
    "resume": Text("Resumption of business", "恢复营业"),
    "deregister": Text("Deregistration", "注销登记"),
    "deregister_simply": Text("Simple deregistration", "简易注销登记"),
    "deregister_branch": Text("Deregistration of a branch", "分支机构注销登记"),
    "announce_deregistration": Text(
        "Announcement of the compulsory deregistration", "强制注销公告"
    ),
    "deregister_by_force": Text("Compulsory deregistration", "强制注销"),
    "annul_registration": Text("Annulment of the registration", "撤销设立登记"),
    "revoke_licence": Text("Revocation of the licence", "吊销营业执照"),
    "report_year": Text("Annual report", "年度报告"),
    "report_quarter": Text("Quarterly figures", "季度数据"),
    "report_foreign_investment": Text("Report of foreign investment", "外商投资信息报告"),
    "note_branch": Text("Branch noted on the licence", "营业执照加注分支机构"),
    "unnote_branch": Text("Branch taken off the licence", "营业执照注销加注的分支机构"),
    "reissue_licence": Text("Reissue of the licence", "营业执照补换领"),
    "correction": Text("Correction by the registrar", "登记机关更正"),
    "annulment": Text("Annulment by the registrar", "登记机关撤销登记"),
    "withdrawal": Text("Withdrawal before it took effect", "生效前撤回"),
}


def kind_words(kind: str) -> Text:
    """Return what a filing was."""
    return KINDS.get(kind, Text("Change of the register", "变更登记"))


_TAKEN_BACK: Final[dict[str, Text]] = {
    "annulment": Text("Annulment taken back", "撤销作废"),
    "withdrawal": Text("Withdrawal taken back", "撤回作废"),
}


def told(links: Sequence[Link]) -> dict[int, Text]:
    """Return what each filing of a chain was, by its number.

    Who strikes an annulment annuls nothing: what was struck counts again.
    """
    words: dict[int, Text] = {}
    struck: dict[int, str] = {}  # the filings that took something away, and their kinds
    for entry in (link.entry for link in links):
        taken_back = struck.get(entry.replaces or 0) if entry.kind in _TAKEN_BACK else None
        words[entry.seq] = _TAKEN_BACK[taken_back] if taken_back else kind_words(entry.kind)
        if entry.kind in _TAKEN_BACK and not taken_back:
            struck[entry.seq] = entry.kind
    return words
