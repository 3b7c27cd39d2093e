using System.Globalization;
using System.Text;

namespace Causeway.Bench;

/// <summary>
/// Writes registry dumps of real size and shape from a seed: twenty sources of the proportions of the public ones, route objects with the attributes and
/// lengths that those carry (about 270 bytes), as-sets from two members to thousands, aut-nums, maintainers and people in between.
/// </summary>
#pragma warning disable CA1001 // The file is disposed by WriteSource, which opens it.
internal sealed class RegistryBenchData
#pragma warning restore CA1001
{
    public const string LargeSet = "AS-BENCH20K";
    public const int LargeSetMembers = 20_000;
    private const int Asns = 75_000;

    /// <summary>Names and shares of all route objects, in per mille.</summary>
    private static readonly (string Name, int Share)[] Sources =
    [
        ("RADB", 420),
        ("APNIC", 190),
        ("RIPE", 130),
        ("NTTCOM", 80),
        ("ARIN", 40),
        ("LEVEL3", 30),
        ("AFRINIC", 30),
        ("IDNIC", 15),
        ("ALTDB", 12),
        ("TC", 10),
        ("LACNIC", 9),
        ("JPIRR", 8),
        ("BBOI", 6),
        ("BELL", 6),
        ("CANARIE", 4),
        ("REACH", 4),
        ("WCGDB", 2),
        ("NESTEGG", 2),
        ("PANIX", 1),
        ("HOST", 1),
    ];

    private readonly Random _random = new(20260101);
    private readonly byte[] _buffer = new byte[1 << 20];
    private FileStream _file = null!;
    private int _used;

    /// <summary>Writes one file per source into a folder; returns the paths, the largest first.</summary>
    public static string[] Write(string folder, int routes, int sets)
    {
        Directory.CreateDirectory(folder);
        var data = new RegistryBenchData();
        return
        [
            .. Sources.Select(s =>
                data.WriteSource(folder, s.Name, (int)((long)routes * s.Share / 1000), Math.Max(1, (int)((long)sets * s.Share / 1000)))
            ),
        ];
    }

    private string WriteSource(string folder, string source, int routes, int sets)
    {
        string path = Path.Combine(folder, source.ToLowerInvariant() + ".db");
        using (_file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0))
        {
            Text($"%  {source} registry data, generated\n\n");
            for (int i = 0; i < routes; i++)
            {
                Route(source);
                if (i % 30 == 0)
                    AutNum(source, i);
                if (i % 60 == 0)
                    Person(source, i);
                if (i % 150 == 0)
                    Maintainer(source, i);
            }
            for (int i = 0; i < sets; i++)
                AsSet(source, i, sets);
            if (source == "RADB")
                Large(source);
            Flush();
        }
        return path;
    }

    private void Route(string source)
    {
        int asn = Asn();
        bool v4 = _random.Next(100) < 87;
        if (v4)
        {
            int length = _random.Next(100) switch
            {
                < 58 => 24,
                < 68 => 23,
                < 78 => 22,
                _ => _random.Next(12, 22),
            };
            uint address = (uint)_random.NextInt64(0x01000000, 0xDF000000) & (uint.MaxValue << (32 - length));
            Text("route:          ");
            Text(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}/{length}\n"
                )
            );
        }
        else
        {
            int third = _random.Next(0, 65536);
            bool site = _random.Next(2) == 0;
            Text("route6:         ");
            Text(
                site
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"2a{_random.Next(16, 256):x2}:{_random.Next(1, 65536):x}:{Math.Max(1, third):x}::/48\n"
                    )
                    : string.Create(CultureInfo.InvariantCulture, $"2a{_random.Next(16, 256):x2}:{_random.Next(1, 65536):x}::/32\n")
            );
        }
        Text("descr:          ");
        Text(Companies[_random.Next(Companies.Length)]);
        Text(string.Create(CultureInfo.InvariantCulture, $" customer {_random.Next(100_000)}\n"));
        if (_random.Next(3) == 0)
            Text("descr:          Proxy-registered route object for an aggregate, see remarks of the maintainer\n");
        Text(string.Create(CultureInfo.InvariantCulture, $"origin:         AS{asn}\n"));
        if (_random.Next(4) == 0)
            Text("remarks:        This route object is maintained automatically from the customer database\n");
        if (_random.Next(3) == 0)
            Text(string.Create(CultureInfo.InvariantCulture, $"notify:         noc{asn % 1000}@as{asn}.example.net\n"));
        Text(string.Create(CultureInfo.InvariantCulture, $"mnt-by:         MAINT-AS{asn % 20_000}\n"));
        if (source is "RIPE" or "APNIC" or "AFRINIC")
            Text("created:        2014-03-20T17:51:14Z\nlast-modified:  2023-10-05T12:01:44Z\n");
        else
            Text(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"changed:        noc{asn % 1000}@as{asn}.example.net 2023{_random.Next(1, 13):00}{_random.Next(1, 29):00}  #14:32:08Z\n"
                )
            );
        Text("source:         ");
        Text(source);
        Text("\n\n");
    }

    /// <summary>A few networks register most routes.</summary>
    private int Asn() => 1 + (int)(Asns * Math.Pow(_random.NextDouble(), 2.5));

    private void AutNum(string source, int number)
    {
        int asn = 1 + number / 30 % Asns;
        Text(
            string.Create(
                CultureInfo.InvariantCulture,
                $"aut-num:        AS{asn}\nas-name:        EXAMPLE-{asn}\ndescr:          Example network {asn}\n"
            )
        );
        for (int i = 0; i < 6; i++)
            Text(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"import:         from AS{Asn()} accept ANY\nexport:         to AS{Asn()} announce AS{asn}\n"
                )
            );
        Text(
            string.Create(
                CultureInfo.InvariantCulture,
                $"admin-c:        EX{asn}-TEST\ntech-c:         EX{asn}-TEST\nmnt-by:         MAINT-AS{asn % 20_000}\nsource:         {source}\n\n"
            )
        );
    }

    private void Person(string source, int number) =>
        Text(
            string.Create(
                CultureInfo.InvariantCulture,
                $"person:         Example Person {number}\naddress:        Example street {number}\naddress:        Amsterdam\nphone:          +31 20 000 0000\nnic-hdl:        EX{number}-TEST\nmnt-by:         MAINT-AS{number % 20_000}\nsource:         {source}\n\n"
            )
        );

    private void Maintainer(string source, int number) =>
        Text(
            string.Create(
                CultureInfo.InvariantCulture,
                $"mntner:         MAINT-AS{number / 150 % 20_000}\ndescr:          Example maintainer\nupd-to:         noc@example.net\nauth:           CRYPT-PW aaaaaaaaaaaaa\nmnt-by:         MAINT-AS{number / 150 % 20_000}\nsource:         {source}\n\n"
            )
        );

    private void AsSet(string source, int number, int sets)
    {
        Text(
            string.Create(
                CultureInfo.InvariantCulture,
                $"as-set:         AS-{source}-{number}\ndescr:          Customers of network {number}\n"
            )
        );
        int members = 1 + (int)(1 / Math.Pow(1 - _random.NextDouble() * 0.99999, 0.8));
        Text("members:        ");
        for (int i = 0; i < Math.Min(members, 3000); i++)
        {
            if (i > 0)
                Text(i % 8 == 0 ? ",\n                " : ", ");
            Text(
                _random.Next(5) == 0
                    ? string.Create(CultureInfo.InvariantCulture, $"AS-{source}-{_random.Next(sets)}")
                    : string.Create(CultureInfo.InvariantCulture, $"AS{Asn()}")
            );
        }
        Text(string.Create(CultureInfo.InvariantCulture, $"\nmnt-by:         MAINT-AS{number % 20_000}\nsource:         {source}\n\n"));
    }

    /// <summary>A set of 400 sets, in two levels, with 20,000 AS numbers in all.</summary>
    private void Large(string source)
    {
        const int Branches = 20;
        const int Leaves = 20;
        const int Each = LargeSetMembers / (Branches * Leaves);
        Text(
            $"as-set:         {LargeSet}\nmembers:        {string.Join(", ", Enumerable.Range(0, Branches).Select(b => $"{LargeSet}-{b}"))}\nsource:         {source}\n\n"
        );
        for (int b = 0; b < Branches; b++)
        {
            Text(
                $"as-set:         {LargeSet}-{b}\nmembers:        {string.Join(", ", Enumerable.Range(0, Leaves).Select(l => $"{LargeSet}-{b}-{l}"))}\nsource:         {source}\n\n"
            );
            for (int l = 0; l < Leaves; l++)
            {
                int first = (b * Leaves + l) * Each;
                Text(
                    $"as-set:         {LargeSet}-{b}-{l}\nmembers:        {string.Join(", ", Enumerable.Range(first, Each).Select(n => $"AS{1 + n * 3}"))}\nsource:         {source}\n\n"
                );
            }
        }
    }

    private void Text(string text)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most > _buffer.Length - _used)
            Flush();
        if (most > _buffer.Length)
            _file.Write(Encoding.UTF8.GetBytes(text));
        else
            _used += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_used));
    }

    private void Flush()
    {
        _file.Write(_buffer.AsSpan(0, _used));
        _used = 0;
    }

    private static readonly string[] Companies =
    [
        "Example Telecom B.V.",
        "Northern Example Networks AB",
        "Example Hosting and Colocation Ltd",
        "Universitas Exempli",
        "Example Cable",
        "Internet Exchange Example Foundation",
        "Kabel Beispiel GmbH",
        "Example Mobile Communications Company Limited",
    ];
}
