using System.Text.RegularExpressions;
using Causeway.Api.Tests;
using Causeway.Samples;

namespace Causeway.Toys;

/// <summary>
/// A new resource type is one folder and one line: the toy. That all is asked of it that is asked of every type, the tests of every type show, which run on a server
/// that has it.
/// </summary>
public sealed partial class ToyTests(EveryFeature api) : IClassFixture<EveryFeature>
{
    [Fact]
    public void A_new_type_touches_one_folder_and_one_line()
    {
        string folder = Path.GetDirectoryName(ThisFile())!;
        string[] elsewhere =
        [
            .. from root in new[] { "src", "tests", "bench" }
            from file in Directory.GetFiles(Path.Combine(SampleBook.Root, root), "*", SearchOption.AllDirectories)
            where !file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            where Path.GetExtension(file) is ".cs" or ".csproj" or ".txt" or ".json" or ".words" or ".yaml"
            from line in File.ReadLines(file)
            where Word().IsMatch(line)
            select $"{Path.GetRelativePath(SampleBook.Root, file)}: {line.Trim()}",
        ];
        Assert.Contains("[.. AllFeatures.List, new Toys.Toys()]", Assert.Single(elsewhere), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shape_that_differs_by_date_is_read_and_written_as_its_date_has_it()
    {
        Stage stage = await Stage.OpenAsync(api);
        string toy = stage.InGroup("Causeway.Toys/toys");
        // As it was before 2024, in both directions.
        Answer old = (
            await api.Customer.Put($"{toy}?api-version=2023-01-01", """{"location":"westeurope","properties":{"color":"Red"}}""")
        ).Is(201);
        Assert.Equal("Red", old.Body!["properties"]!["color"]!.GetValue<string>());
        Assert.Null(old.Body["properties"]!["colour"]);
        // From that date on, the day itself included.
        foreach (string version in new[] { "2024-01-01", "2026-11-01" })
        {
            Answer now = (await api.Customer.Get($"{toy}?api-version={version}")).Is(200);
            Assert.Equal("Red", now.Body!["properties"]!["colour"]!.GetValue<string>());
            Assert.Null(now.Body["properties"]!["color"]);
            Answer wrong = (
                await api.Customer.Put($"{toy}?api-version={version}", """{"location":"westeurope","properties":{"color":"Blue"}}""")
            ).Is(400);
            Assert.Contains("'properties.colour'", wrong.Text, StringComparison.Ordinal);
        }
        (await api.Customer.Put($"{toy}?api-version=2023-01-01", """{"location":"westeurope","properties":{"colour":"Blue"}}""")).Is(400);
        // Lists and PATCH too.
        Answer list = (await api.Customer.Get($"{stage.Group}/providers/Causeway.Toys/toys?api-version=2023-01-01")).Is(200);
        Assert.Equal("Red", Assert.Single(list.Body!["value"]!.AsArray())!["properties"]!["color"]!.GetValue<string>());
        Answer tagged = (await api.Customer.Patch($"{toy}?api-version=2023-01-01", """{"tags":{"a":"b"}}""")).Is(200);
        Assert.Equal("Red", tagged.Body!["properties"]!["color"]!.GetValue<string>());
    }

    private static string ThisFile([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"\bToys?\b|ToyWorkflow|causeway\.toys", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
