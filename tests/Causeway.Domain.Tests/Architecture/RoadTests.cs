using System.Text.RegularExpressions;

namespace Causeway.Domain.Tests.Architecture;

/// <summary>The roads that ARCHITECTURE.md draws lead through types that are where it says.</summary>
public sealed partial class RoadTests
{
    [Fact]
    public void Every_type_on_a_road_is_in_its_room()
    {
        Dictionary<string, HashSet<string>> rooms = Repository
            .Sources.Where(s => s.Room is not null)
            .GroupBy(s => s.Room!)
            .ToDictionary(room => room.Key, room => room.SelectMany(s => s.Types).ToHashSet());
        (string Room, string Type)[] stations =
        [
            .. from line in Repository.Lines("ARCHITECTURE.md")
            let station = Station().Match(line)
            where station.Success
            from Capture type in station.Groups["type"].Captures
            select (station.Groups["room"].Value, type.Value),
        ];
        Assert.True(stations.Length >= 30, $"Only {stations.Length} stations of roads were found in ARCHITECTURE.md.");
        Assert.Empty(
            stations.Where(s => rooms.GetValueOrDefault(s.Room)?.Contains(s.Type) != true).Select(s => $"{s.Type} is not in {s.Room}")
        );
    }

    [GeneratedRegex(@"^\| (?<room>Causeway[\w.]*) \| (`(?<type>\w+)` ?)+\| [^|]+ \|$")]
    private static partial Regex Station();
}
