"""The services there are: 31 for talent and 30 for enterprises by domain/, and our own."""

from typing import Final

TALENT: Final = frozenset(
    {
        "EMP_REG", "EMP_CHG", "WP_NEW_ABROAD", "WP_NEW_CN", "WP_TRANSFER", "WP_SHORT", "WP_EXT",
        "WP_CHG", "WP_CAN", "WP_REISSUE", "R_LETTER", "JOINT_2", "RP_WORK", "RP_PRIVATE",
        "RP_REUNION", "RP_STARTUP", "RP_CHANGE", "VISA_EXT", "VISA_PORT", "K_VISA_INFO", "PR",
        "PR_POINTS", "RES_REG", "MED", "SSC", "DL", "DEGREE", "NCR_CN", "IIT", "ROOM", "ADVICE",
    }
)  # fmt: skip
ENTERPRISE: Final = frozenset(
    {
        "E_NAME", "E_SET_LLC", "E_SET_FIE", "E_SET_JSC", "E_SET_LP", "E_SET_SOLE", "E_SET_BR",
        "E_CHG_NAME", "E_CHG_ADDR", "E_CHG_CAP_INC", "E_CHG_CAP_DEC", "E_CHG_LR", "E_CHG_SCOPE",
        "E_CHG_SH", "E_CHG_TYPE", "E_FILE", "E_BO", "E_DEREG", "E_DEREG_S", "E_DEREG_BR",
        "E_DEREG_F", "E_SUSP", "E_LIC", "E_ARCH", "E_ONE_START", "E_ONE_END", "E_FI_REP", "E_PUB",
        "E_ANNUAL", "E_HOST",
    }
)  # fmt: skip
OWN: Final = frozenset({"Q_REPORT"})
