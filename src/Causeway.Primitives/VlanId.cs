namespace Causeway.Primitives;

/// <summary>An IEEE 802.1Q VLAN identifier: 1–4094.</summary>
public readonly record struct VlanId
{
    public const int Minimum = 1;
    public const int Maximum = 4094;

    public int Value { get; }

    /// <exception cref="ArgumentOutOfRangeException">Not 1–4094.</exception>
    public VlanId(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, Minimum);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Maximum);
        Value = value;
    }

    public static bool IsValid(long value) => value is >= Minimum and <= Maximum;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
