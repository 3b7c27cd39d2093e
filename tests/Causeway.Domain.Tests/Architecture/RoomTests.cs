namespace Causeway.Domain.Tests.Architecture;

/// <summary>Namespaces as rooms and using directives as doors: a room is a folder, and nobody comes back to where he was by going through doors.</summary>
public sealed class RoomTests
{
    /// <summary>
    /// A project's folders are its rooms. A feature's folder holds a share of several projects, told by a file's second extension: its room is in that project, and
    /// named as the feature's family.
    /// </summary>
    [Fact]
    public void A_room_is_a_folder() =>
        Assert.Empty(
            from source in Repository.Sources
            where !source.Path.EndsWith(".sample.cs", StringComparison.Ordinal) // these belong to the tests
            where source.Room is { } room && room != RoomOf(source.Path)
            select $"{source.Path} is in the namespace {source.Room}, and belongs into {RoomOf(source.Path)}"
        );

    private static string RoomOf(string path)
    {
        string[] parts = path.Split(Path.DirectorySeparatorChar);
        if (parts is not ["src", "Features", .. var feature])
            return string.Join('.', parts[1..^1]);
        string project = feature[^1].Split('.') is [_, var share, _]
            ? $"Causeway.{char.ToUpperInvariant(share[0])}{share[1..]}"
            : "Causeway.Domain";
        project = project switch
        {
            "Causeway.Contract" => "Causeway.Contracts",
            "Causeway.Verbs" => "Causeway.Cli",
            _ => project,
        };
        // What stands above the families, the list of features, is the project's own.
        return feature.Length == 1 ? project : $"{project}.{feature[0]}";
    }

    [Fact]
    public void No_rooms_see_each_other_in_a_circle()
    {
        Dictionary<string, IReadOnlyList<string>> doors = Doors();
        Assert.True(doors.Count > 20, $"Only {doors.Count} rooms were found.");
        string[] circles = [.. Circles(doors)];
        string wrong = string.Join('\n', circles.Select(c => $"a circle: {c}\n{Through(c.Split(", "))}"));
        Assert.True(wrong.Length == 0, wrong);
    }

    [Fact]
    public void A_circle_is_found_however_long_the_way_round()
    {
        Dictionary<string, IReadOnlyList<string>> doors = new()
        {
            ["hall"] = ["kitchen", "study"],
            ["kitchen"] = ["cellar"],
            ["cellar"] = ["stairs"],
            ["stairs"] = ["kitchen"],
            ["study"] = [],
        };
        Assert.Equal(["cellar, kitchen, stairs"], Circles(doors));
    }

    /// <summary>Which rooms each room sees.</summary>
    private static Dictionary<string, IReadOnlyList<string>> Doors()
    {
        ILookup<string, Repository.Source> rooms = Repository.Sources.Where(s => s.Room is not null).ToLookup(s => s.Room!);
        return rooms.ToDictionary(
            room => room.Key,
            room => (IReadOnlyList<string>)[.. room.SelectMany(s => s.Sees).Distinct().Where(to => to != room.Key && rooms.Contains(to))]
        );
    }

    /// <summary>The largest groups of rooms each of which can be reached from each other one.</summary>
    private static IEnumerable<string> Circles(Dictionary<string, IReadOnlyList<string>> doors)
    {
        Dictionary<string, HashSet<string>> reach = doors.Keys.ToDictionary(room => room, Reached);
        return doors
            .Keys.Where(room => reach[room].Contains(room))
            .Select(room => string.Join(", ", reach[room].Where(other => reach[other].Contains(room)).Order(StringComparer.Ordinal)))
            .Distinct()
            .Order(StringComparer.Ordinal);

        HashSet<string> Reached(string from)
        {
            var seen = new HashSet<string>();
            var ahead = new Stack<string>(doors[from]);
            while (ahead.TryPop(out string? room))
                if (seen.Add(room))
                    foreach (string next in doors[room])
                        ahead.Push(next);
            return seen;
        }
    }

    /// <summary>The doors that close a circle, with the files that have them.</summary>
    private static string Through(string[] rooms) =>
        string.Join(
            '\n',
            from source in Repository.Sources
            where rooms.Contains(source.Room)
            from to in source.Sees
            where to != source.Room && rooms.Contains(to)
            group Path.GetFileName(source.Path) by $"{source.Room} -> {to}" into door
            select $"    {door.Key}: {string.Join(", ", door.Take(8))}"
        );
}
