using System.Text;
using Causeway.Primitives;

namespace Causeway.Registries.Tests.Irr;

/// <summary>Registry data from a seed: several sources that partly agree, sets within sets with loops, missing members and other sources' names.</summary>
internal sealed class RandomRegistry
{
    public static readonly string[] Sources = ["ALPHA", "BETA", "GAMMA"];

    private readonly Random _random;
    private readonly StringBuilder _text = new();

    public RandomRegistry(int seed, int routes = 600, int sets = 40, int asns = 60)
    {
        _random = new Random(seed);
        for (int i = 0; i < routes; i++)
            Route(asns);
        for (int i = 0; i < sets; i++)
            AsSet(i, sets, asns);
        for (int i = 0; i < sets / 4; i++)
            RouteSet(i, sets, asns);
    }

    public string Rpsl => _text.ToString();

    /// <summary>Every route as (prefix, origin, source), repeated ones once.</summary>
    public HashSet<(IpPrefix Prefix, uint Origin, string Source)> Routes { get; } = [];

    /// <summary>Members of each as-set as written, by source and name.</summary>
    public Dictionary<(string Source, string Name), List<string>> AsSets { get; } = [];

    public Dictionary<(string Source, string Name), List<string>> RouteSets { get; } = [];

    private string Source() => Sources[_random.Next(Sources.Length)];

    private void Route(int asns)
    {
        bool v4 = _random.Next(4) > 0;
        // A narrow space, so that prefixes cover and neighbour each other.
        int length = v4 ? _random.Next(16, 27) : _random.Next(32, 50);
        IpPrefix prefix = v4
            ? IpPrefix.V4(
                (10u << 24) | ((uint)_random.Next(4) << 16) | ((uint)_random.Next(65536) & 0xFF00) | (uint)_random.Next(256),
                length
            )
            : IpPrefix.V6(
                ((UInt128)0x20010db8 << 96) | ((UInt128)(uint)_random.Next(16) << 90) | ((UInt128)(uint)_random.Next(64) << 80),
                length
            );
        uint origin = (uint)_random.Next(1, asns + 1);
        string source = Source();
        if (Routes.Add((prefix, origin, source)))
            _text.Append($"{(v4 ? "route" : "route6")}: {prefix}\norigin: AS{origin}\nmnt-by: M-{origin % 7}\nsource: {source}\n\n");
    }

    private void AsSet(int number, int sets, int asns)
    {
        string source = Source();
        var members = new List<string>();
        for (int n = _random.Next(6); n > 0; n--)
            members.Add(_random.Next(3) > 0 ? $"AS{_random.Next(1, asns + 1)}" : SetName(_random.Next(sets)));
        if (_random.Next(10) == 0)
            members.Add("AS-MISSING" + number);
        string name = SetName(number);
        if (AsSets.TryAdd((source, name), members))
            _text.Append($"as-set: {name}\nmembers: {string.Join(", ", members)}\nsource: {source}\n\n");
        // The same name elsewhere, with other members.
        string other = Source();
        if (_random.Next(5) == 0 && AsSets.TryAdd((other, name), [$"AS{number + 1}"]))
            _text.Append($"as-set: {name}\nmembers: AS{number + 1}\nsource: {other}\n\n");
    }

    public static string SetName(int number) => number % 5 == 0 ? $"AS{number + 1}:AS-CUSTOMERS" : $"AS-SET{number}";

    private void RouteSet(int number, int sets, int asns)
    {
        string source = Source();
        var members = new List<string>();
        for (int n = _random.Next(1, 5); n > 0; n--)
            members.Add(
                _random.Next(5) switch
                {
                    0 => $"AS{_random.Next(1, asns + 1)}",
                    1 => SetName(_random.Next(sets)),
                    2 => $"RS-SET{_random.Next(Math.Max(1, sets / 4))}",
                    3 => $"10.{_random.Next(4)}.{_random.Next(256)}.0/24^24-{_random.Next(24, 29)}",
                    _ => $"10.{_random.Next(4)}.{_random.Next(256)}.0/24",
                }
            );
        string name = $"RS-SET{number}";
        if (RouteSets.TryAdd((source, name), members))
            _text.Append($"route-set: {name}\nmp-members: {string.Join(", ", members)}\nsource: {source}\n\n");
    }
}
