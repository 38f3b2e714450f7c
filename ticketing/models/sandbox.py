from django.db import models


class SandboxCharge(models.Model):
    """The sandbox provider's own books: what it took, and what it gave back."""

    key = models.UUIDField(unique=True)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(auto_now_add=True)
    refunded_at = models.DateTimeField(null=True)
    tells_at = models.DateTimeField(null=True, help_text="When its webhook is due.")

    def __str__(self) -> str:
        return str(self.key)
