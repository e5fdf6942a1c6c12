"""The two tables, made elsewhere."""

from django.db import models

from benchmarks.rows import STATES


class Unit(models.Model):
    """A unit; only its name is shown."""

    name = models.TextField()

    class Meta:
        managed = False
        db_table = "unit"

    def __str__(self) -> str:
        return str(self.name)


class Order(models.Model):
    """An order and its unit."""

    code = models.TextField("编号")
    title = models.TextField("标题")
    category = models.TextField("类别")
    state = models.CharField("状态", max_length=20, choices=[(s, s) for s in STATES])
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="单位")
    path = models.TextField()
    received_at = models.DateTimeField("收到")
    due_at = models.DateTimeField("期限")

    class Meta:
        managed = False
        db_table = "orders"

    def __str__(self) -> str:
        return str(self.code)
