using Causeway.Testing;

namespace Causeway.Api.Tests.Nodes;

public sealed class OneFolderTests
{
    [Fact]
    public async Task A_second_server_on_a_data_folder_is_refused_and_told_why_and_a_killed_one_leaves_no_lock()
    {
        await using var first = new ServerProcess(["--bgp-port", "17931"]);
        await first.StartAsync();
        var second = new ServerProcess(["--bgp-port", "17932"], first.Data);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.StartAsync());
        string told = $"causeway: The data folder {first.Data} is in use by another process";
        await Eventually.Get(() => second.Output, said => said.Contains(told, StringComparison.Ordinal), "the refusal and its reason");
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
        await second.KillAsync();

        await first.KillAsync();
        await first.StartAsync();
    }
}
