from ticketing.checks import sandbox_sells_nothing_for_real


def test_a_deployment_is_warned_of_the_sandbox(settings) -> None:
    (warning,) = sandbox_sells_nothing_for_real()
    settings.PAYMENT_PROVIDERS = {"free": settings.PAYMENT_PROVIDERS["free"]}

    assert warning.id == "ticketing.W001"
    assert sandbox_sells_nothing_for_real() == []
