using Causeway.Api.Tests.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Api.Tests.Workflows;

/// <summary>What an older program stored has after a start all that this one derives.</summary>
public sealed class DerivationTests
{
    [Fact]
    public async Task Labels_that_an_older_program_did_not_know_are_there_after_a_start()
    {
        await using var api = new SqliteApi();
        await api.InitializeAsync();
        var server = new CircuitServer(api);
        string circuit = await server.ProvisionedAsync();
        IStore store = api.Server.Services.GetRequiredService<IStore>();
        ResourceId id = ResourceId.Parse(circuit);
        string label = Circuit.EdgeLabel("ams-1");
        long revision = (await store.GetAsync(id, default))!.Revision;
        await store.CommitAsync(
            new Changes { Writes = [new ResourceWrite.Check(id, revision)], Labels = [new LabelChange.Remove(label, id)] },
            default
        );
        Assert.Equal(0, await store.CountAsync(new ResourceQuery { Label = label }, default));

        // The installation says that this was done at its first start, when nothing was there.
        await Derivation.BringUpAsync(
            new Forgetful(store),
            api.Server.Services.GetServices<IWorkflow>(),
            NullLogger.Instance,
            isFirstStart: false,
            default
        );
        Assert.Equal(1, await store.CountAsync(new ResourceQuery { Label = label }, default));
        Assert.Equal(revision, (await store.GetAsync(id, default))!.Revision);
    }

    private sealed class Forgetful(IStore inner) : Testing.Workflows.StoreDecorator(inner)
    {
        public override ValueTask<byte[]?> GetSettingAsync(string key, CancellationToken cancellation) =>
            ValueTask.FromResult<byte[]?>(null);
    }
}
