"""The pages of the register that a supervisor of the registrar sees, and their states."""

from tests.browser.given_files import bring_a_table
from tests.browser.prepared_park import Park
from tests.browser.stops import Stop, open_all, send, send_as_it_is

_STOCK = "/desk/register/addresses"
_IMPORT = "/desk/register/import"
_end_it = send("main .btn-danger")


def registrar(park: Park) -> list[Stop]:
    """Return them."""
    registrar = f"/desk/register/{park.credit_code}"
    return [
        Stop("desk-register", "/desk/register"),
        Stop("registrar", f"/enterprises/{park.enterprise}"),
        Stop("obligations-of-an-enterprise", f"/enterprises/{park.enterprise}/obligations"),
        Stop("obligations-overdue", "/desk/register/obligations"),
        Stop("obligations-nothing", "/desk/register/obligations?kind=suspension"),
        Stop("registrar-order", f"{registrar}/orders/revoke_licence"),
        Stop("registrar-order-error", f"{registrar}/orders/revoke_licence", _end_it),
        Stop("registrar-correct", f"{registrar}/filings/1/correct"),
        Stop(
            "registrar-correct-error", f"{registrar}/filings/1/correct/shareholders", send_as_it_is
        ),
        Stop("import", _IMPORT, open_all),
        Stop("import-error", _IMPORT, send_as_it_is),
        Stop("import-wrong", _IMPORT, bring_a_table(is_good=False)),
        Stop("import-right", _IMPORT, bring_a_table(is_good=True)),
        Stop("export", "/desk/register/export"),
        Stop("stock", _STOCK),
        Stop("stock-nothing", f"{_STOCK}?q=zzzzzz"),
        Stop("stock-building", f"{_STOCK}/buildings/4", open_all),
        Stop("stock-unit", f"{_STOCK}/units/4-201"),
        Stop("stock-ending", f"{_STOCK}/ending"),
        Stop("stock-add-error", f"{_STOCK}/new", send_as_it_is),
        Stop("stock-change-error", f"{_STOCK}/units/4-201/change", send_as_it_is),
        Stop("stock-enter-error", f"{_STOCK}/units/4-201/enter", send_as_it_is),
        Stop("stock-close", f"{_STOCK}/units/4-201/out-of-use"),
    ]
