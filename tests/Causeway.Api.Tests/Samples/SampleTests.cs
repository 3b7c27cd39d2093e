using Causeway.Arm;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Samples;

/// <summary>Every type that the server has has a sample, and no sample is of a type that it does not have.</summary>
public sealed class SampleTests(EveryFeature api) : IClassFixture<EveryFeature>
{
    [Fact]
    public async Task Every_type_has_a_sample()
    {
        string[] written = [.. api.Endpoints().Where(e => e.Method == "PUT").Select(e => e.Type.FullName)];
        string[] decided = [.. api.Server.Services.GetServices<IWorkflow>().Select(w => w.Type)];
        IEnumerable<string> all = written.Union(decided, StringComparer.OrdinalIgnoreCase);
        string[] without = [.. all.Where(t => SampleBook.Find(t) is null)];
        Assert.True(without.Length == 0, $"These have no sample: {string.Join(", ", without)}.");
        Assert.Empty(SampleBook.All.Select(s => s.Type).Except(all, StringComparer.OrdinalIgnoreCase));

        Stage stage = await Stage.OpenAsync(api);
        var unwritten = new List<string>();
        foreach (Sample sample in SampleBook.All)
            if (
                written.Contains(sample.Type, StringComparer.OrdinalIgnoreCase)
                && (await sample.PutAsync(stage))?.Path.Contains(sample.Type.Split('/')[^1], StringComparison.OrdinalIgnoreCase) != true
            )
                unwritten.Add(sample.Type);
        Assert.True(unwritten.Count == 0, $"These have a PUT, and no body of one in their sample: {string.Join(", ", unwritten)}.");
    }

    /// <summary>What has no explanation of its own: parts of others, and what only holds or names something. It may only shrink.</summary>
    private static readonly string[] s_unexplained =
    [
        "Microsoft.Authorization/locks",
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.Network/expressRouteCircuits/authorizations",
        "Microsoft.Network/expressRouteCircuits/peerings/connections",
        "Microsoft.Network/expressRouteGateways/expressRouteConnections",
        "Microsoft.Network/expressRoutePorts/authorizations",
        "Microsoft.Network/routeFilters/routeFilterRules",
        "Microsoft.Network/virtualNetworks/subnets",
        "Microsoft.Peering/peeringServices/connectionMonitorTests",
        "Microsoft.Peering/peeringServices/prefixes",
        "Microsoft.Peering/peerings/registeredAsns",
        "Microsoft.Peering/peerings/registeredPrefixes",
        "Microsoft.Resources/deployments",
        "Microsoft.Resources/resourceGroups",
        "Microsoft.Resources/tags",
        "Microsoft.Support/fileWorkspaces",
        "Microsoft.Support/fileWorkspaces/files",
        "Microsoft.Support/supportTickets/communications",
    ];

    [Fact]
    public async Task What_is_made_can_be_explained()
    {
        var silent = new List<string>();
        foreach (Sample sample in SampleBook.All)
        {
            Stage stage = await Stage.OpenAsync(api);
            if (await sample.PutAsync(stage) is not { } put || put.By is "operator")
                continue;
            await stage.SendAsync(put.By, put.Url, put.Body);
            Api.Tests.Answer answer = await Api.Tests.Calls.Get(
                stage.As(put.By),
                $"{put.Path}/explain{put.Url[put.Url.IndexOf('?', StringComparison.Ordinal)..]}"
            );
            if (answer.Code != 200)
                silent.Add(sample.Type);
            else
                Assert.True(answer.Body!["findings"]!.AsArray().Count > 0 && answer.Body["summary"]!.ToString().Length > 0, answer.Text);
        }
        string[] known = [.. silent.Distinct().Order(StringComparer.Ordinal)];
        Assert.True(s_unexplained.SequenceEqual(known), $"These cannot be explained: {string.Join(", ", known)}.");
    }

    [Fact]
    public void Every_sample_lies_in_a_file_of_its_name() => Assert.All(SampleBook.All, s => Assert.True(Directory.Exists(s.Folder)));
}
