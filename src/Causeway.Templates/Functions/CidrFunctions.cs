using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using Causeway.Templates.Values;

namespace Causeway.Templates.Functions;

/// <summary>ARM documentation, "CIDR functions for ARM templates".</summary>
internal static class CidrFunctions
{
    public static Dictionary<string, Function> All { get; } =
        new()
        {
            ["parseCidr"] = new(1, 1, Parse),
            ["cidrSubnet"] = new(3, 3, Subnet),
            ["cidrHost"] = new(2, 2, Host),
        };

    private static Value.Object Parse(Arguments a)
    {
        Range range = Read(a);
        BigInteger last = range.First + range.Size - 1;
        // IPv4 keeps its first and last address for the network and for broadcasts, unless there are no others.
        bool keeps = range.Bits == 32 && range.Length < 31;
        var members = new List<KeyValuePair<string, Value>>
        {
            Member("network", range.Address(range.First)),
            Member("netmask", range.Address((BigInteger.One << range.Bits) - range.Size)),
        };
        if (range.Bits == 32)
            members.Add(Member("broadcast", range.Address(last)));
        members.Add(Member("firstUsable", range.Address(keeps ? range.First + 1 : range.First)));
        members.Add(Member("lastUsable", range.Address(keeps ? last - 1 : last)));
        members.Add(KeyValuePair.Create("cidr", (Value)new Value.Integer(range.Length)));
        return new(members);
    }

    private static Value.Text Subnet(Arguments a)
    {
        Range range = Read(a);
        int length = a.Integer(1, range.Length, range.Bits);
        long index = a.Integer(2);
        BigInteger size = BigInteger.One << (range.Bits - length);
        return index >= 0 && index < range.Size / size
            ? new($"{range.Address(range.First + index * size)}/{length}")
            : throw a.Unfit(2, $"an integer from 0 to {range.Size / size - 1}");
    }

    private static Value.Text Host(Arguments a)
    {
        Range range = Read(a);
        long index = a.Integer(1);
        BigInteger most = range.Bits == 32 && range.Length < 31 ? range.Size - 2 : range.Size - 1;
        return most <= 0 ? throw a.Wrong($"finds no host in '{a.Text(0)}': the range has to hold more than one address")
            : index >= 0 && index < most ? new(range.Address(range.First + 1 + index))
            : throw a.Unfit(1, $"an integer from 0 to {most - 1}");
    }

    private static KeyValuePair<string, Value> Member(string name, string text) => KeyValuePair.Create(name, (Value)new Value.Text(text));

    private static Range Read(Arguments a)
    {
        string[] parts = a.Text(0).Split('/');
        if (
            parts.Length != 2
            || !IPAddress.TryParse(parts[0], out IPAddress? address)
            || (address.AddressFamily == AddressFamily.InterNetwork && parts[0].Count(c => c == '.') != 3)
            || address.ToString().Contains('%', StringComparison.Ordinal)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
        )
            throw a.Unfit(0, "a range such as 10.0.0.0/16");
        byte[] octets = address.GetAddressBytes();
        int bits = octets.Length * 8;
        if (length > bits)
            throw a.Unfit(0, $"a range whose length is at most {bits}");
        BigInteger size = BigInteger.One << (bits - length);
        var number = new BigInteger(octets, isUnsigned: true, isBigEndian: true);
        return new Range(number - number % size, length, bits);
    }

    private sealed record Range(BigInteger First, int Length, int Bits)
    {
        public BigInteger Size => BigInteger.One << (Bits - Length);

        public string Address(BigInteger number)
        {
            byte[] octets = new byte[Bits / 8];
            byte[] given = number.ToByteArray(isUnsigned: true, isBigEndian: true);
            given.CopyTo(octets, octets.Length - given.Length);
            return new IPAddress(octets).ToString();
        }
    }
}
