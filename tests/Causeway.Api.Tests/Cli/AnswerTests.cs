using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Written = Causeway.Cli.Kit.Answer;

namespace Causeway.Api.Tests.Cli;

/// <summary>What <c>--query</c> takes out of an answer, in each form, as az prints the same.</summary>
public sealed class AnswerTests
{
    private const string Circuits = """
        [
          {"name":"office","properties":{"serviceKey":"k-1","bandwidthInMbps":200,"allowClassicOperations":false,"peerings":[]}},
          {"name":"hq","properties":{"serviceKey":null,"bandwidthInMbps":1000,"allowClassicOperations":true,"peerings":[{"vlanId":7}]}}
        ]
        """;

    [Theory]
    [InlineData(OutputForm.Tsv, "[].name", "office\nhq\n")]
    [InlineData(OutputForm.Tsv, "[0].properties.serviceKey", "k-1\n")]
    [InlineData(OutputForm.Tsv, "[1].properties.serviceKey", "")]
    [InlineData(OutputForm.Tsv, "[].[name,properties.serviceKey,properties.allowClassicOperations]", "office\tk-1\tfalse\nhq\t\ttrue\n")]
    [InlineData(OutputForm.Tsv, "length(@)", "2\n")]
    [InlineData(
        OutputForm.Table,
        "[].{name:name,mbps:properties.bandwidthInMbps}",
        "name    mbps\n------  ----\noffice  200\nhq      1000\n"
    )]
    [InlineData(
        OutputForm.Table,
        "[].[name,properties.bandwidthInMbps]",
        "Column1  Column2\n-------  -------\noffice   200\nhq       1000\n"
    )]
    [InlineData(OutputForm.Table, "[?properties.bandwidthInMbps>`500`].name", "Result\n------\nhq\n")]
    [InlineData(OutputForm.Table, "[1].properties.peerings", "vlanId\n------\n7\n")]
    [InlineData(OutputForm.Table, "[?name=='none']", "")]
    [InlineData(OutputForm.Json, "[].name | [0]", "\"office\"\n")]
    [InlineData(OutputForm.Json, "nothing", "null\n")]
    [InlineData(OutputForm.Yaml, "[0].{name:name}", "name: office\n")]
    public void A_query_takes_out_what_it_names(OutputForm form, string query, string printed)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Written.Write(output, form, JsonNode.Parse(Circuits), query);
        Assert.Equal(printed, output.ToString());
    }

    [Fact]
    public void What_a_query_does_not_touch_comes_out_as_it_went_in()
    {
        const string Json = """{"at":"2026-11-26T07:28:05.1234567+00:00","key":"0123","big":9007199254740993,"text":"å\u0000"}""";
        using var output = new StringWriter();
        Written.Write(output, OutputForm.Json, JsonNode.Parse(Json), "@");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Json), JsonNode.Parse(output.ToString())), output.ToString());
    }

    [Fact]
    public void A_cell_cannot_end_its_row()
    {
        using var output = new StringWriter { NewLine = "\n" };
        Written.Write(output, OutputForm.Tsv, JsonNode.Parse("""["a\tb\nc"]"""));
        Assert.Equal(1, output.ToString().Count(c => c == '\n'));
        Assert.DoesNotContain('\t', output.ToString());
    }

    [Theory]
    [InlineData("[].")]
    [InlineData("name[")]
    [InlineData("")]
    public async Task A_wrong_query_ends_in_2_before_anything_is_asked(string query)
    {
        CliRun run = await CliRun.Of("circuit", "list", "--query", query, "--access", "/nowhere/access.json");
        Assert.Equal(2, run.Code);
        Assert.Contains("--query", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("/nowhere", run.Error, StringComparison.Ordinal);
    }
}
