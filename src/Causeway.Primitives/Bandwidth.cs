namespace Causeway.Primitives;

/// <summary>A rate in megabits per second (10^6 bits), as circuits are ordered by.</summary>
public readonly record struct Bandwidth(int Mbps) : IComparable<Bandwidth>
{
    public int CompareTo(Bandwidth other) => Mbps.CompareTo(other.Mbps);

    public static bool operator <(Bandwidth left, Bandwidth right) => left.Mbps < right.Mbps;

    public static bool operator >(Bandwidth left, Bandwidth right) => left.Mbps > right.Mbps;

    public static bool operator <=(Bandwidth left, Bandwidth right) => left.Mbps <= right.Mbps;

    public static bool operator >=(Bandwidth left, Bandwidth right) => left.Mbps >= right.Mbps;

    /// <summary>The offer name of the provider list: <c>50Mbps</c>, <c>1Gbps</c>.</summary>
    public override string ToString() => Mbps >= 1000 && Mbps % 1000 == 0 ? $"{Mbps / 1000}Gbps" : $"{Mbps}Mbps";
}
