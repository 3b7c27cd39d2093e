using System.Text;
using Causeway.Workflows.Documents;
using Causeway.Workflows.Storage;

namespace Causeway.Workflows.Tests;

/// <summary>What of two documents the journal tells apart.</summary>
public sealed class ToldPathsTests
{
    [Fact]
    public void What_is_named_is_told_before_and_after_and_nothing_else_is() =>
        Assert.Equal(
            [
                new Difference("order.bandwidth", "200", "500"),
                new Difference("peerings[Private].vlan", "100", null),
                new Difference("peerings[Public].vlan", null, "101"),
                new Difference("tags.site", "A", "B"),
            ],
            Between(
                ["order.bandwidth", "peerings[type].vlan", "tags"],
                """{"order":{"bandwidth":200,"note":"x"},"peerings":[{"type":"Private","vlan":100}],"tags":{"site":"A","same":"1"},"secret":"a"}""",
                """{"order":{"bandwidth":500,"note":"y"},"peerings":[{"type":"Public","vlan":101}],"tags":{"site":"B","same":"1"},"secret":"b"}"""
            )
        );

    [Fact]
    public void Of_a_set_of_values_it_is_told_what_came_and_what_went() =>
        Assert.Equal(
            [
                new Difference("space", "10.0.0.0/16", null),
                new Difference("space", null, "10.2.0.0/16"),
                new Difference("space", null, "10.3.0.0/16"),
                new Difference("up", "true", "false"),
            ],
            Between(
                ["space", "up"],
                """{"space":["10.0.0.0/16","10.1.0.0/16"],"up":true}""",
                """{"space":["10.1.0.0/16","10.2.0.0/16","10.3.0.0/16"],"up":false}"""
            )
        );

    [Fact]
    public void Of_a_secret_it_is_told_that_it_changed_and_never_what_it_is()
    {
        string[] told = ["peerings[type].key!"];
        const string One = """{"peerings":[{"type":"P","key":"one"}]}""";
        Assert.Equal(
            [new Difference("peerings[P].key", ToldPaths.Secret, ToldPaths.Secret)],
            Between(told, One, """{"peerings":[{"type":"P","key":"two"}]}""")
        );
        Assert.Equal(
            [new Difference("peerings[P].key", ToldPaths.Secret, null)],
            Between(told, One, """{"peerings":[{"type":"P","key":null}]}""")
        );
        Assert.Empty(Between(told, One, One));
    }

    [Fact]
    public void What_is_new_and_what_is_gone_is_told_whole_and_where_it_is_not_it_is_nothing()
    {
        Assert.Equal([new Difference("vlan", null, "7")], Between(["vlan", "name.first"], null, """{"vlan":7,"name":"not an object"}"""));
        Assert.Equal([new Difference("vlan", "7", null)], Between(["vlan"], """{"vlan":7}""", null));
        Assert.True(new ToldPaths([]).IsEmpty);
    }

    [Fact]
    public void However_much_changes_little_is_told_and_how_much_more_there_is()
    {
        string space = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"10.{i}.0.0/16\""));
        Difference[] told = Between(["space", "text"], null, $$"""{"space":[{{space}}],"text":"{{new string('x', 5000)}}"}""");
        Assert.Equal(ToldPaths.Most, told.Length);
        Assert.Equal(new Difference("…", null, "+162"), told[^1]);
        Difference text = Assert.Single(Between(["text"], null, $$"""{"text":"{{new string('x', 5000)}}"}"""));
        Assert.Equal(ToldPaths.Longest, text.After!.Length);
        Assert.EndsWith("…", text.After, StringComparison.Ordinal);
    }

    private static Difference[] Between(string[] told, string? before, string? after) =>
        [.. new ToldPaths(told).Between(Encoding.UTF8.GetBytes(before ?? ""), Encoding.UTF8.GetBytes(after ?? ""))];
}
