using System.Text;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

/// <summary>Changesets of the shape and size that creating a circuit has.</summary>
internal static class CommitSamples
{
    public const string CircuitType = "Microsoft.Network/expressRouteCircuits";
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        "{\"sku\":{\"name\":\"Standard_MeteredData\"},\"peerings\":[],\"note\":\"" + new string('x', 900) + "\"}"
    );

    public static ResourceId Circuit(string name, string group = "rg-1", string subscription = "6f9d5d2e-0f5a-4a39-a3c1-5e1f2b3c4d5e") =>
        ResourceId.Of(subscription, group, "Microsoft.Network", "expressRouteCircuits", name);

    public static StoredResource Resource(ResourceId id, long revision = 1, string state = "Creating") =>
        new()
        {
            Id = id,
            Type = id.Type,
            Location = "westeurope",
            Revision = revision,
            ETag = Guid.NewGuid(),
            State = state,
            Body = Body,
            Created = Start,
            Changed = Start,
        };

    public static Changes Create(string name, int number)
    {
        ResourceId id = Circuit(name);
        return new Changes
        {
            Writes = [new ResourceWrite.Put(Resource(id), 0)],
            Claims =
            [
                new ClaimChange.Take($"service-key/{Guid.NewGuid()}", id),
                new ClaimChange.Take($"stag/ams-1/{number}", id),
                new ClaimChange.Take($"port-a/ams-1/{number}", id),
                new ClaimChange.Take($"port-b/ams-1/{number}", id),
            ],
            Labels = [new LabelChange.Add("provider/6f9d5d2e", id), new LabelChange.Add("location/ams-1", id)],
            Operations =
            [
                new OperationChange.Start(
                    new Operation(Guid.CreateVersion7(), id, "PUT " + CircuitType, "caller", OperationStatus.InProgress, Start)
                ),
            ],
            Journal = [new JournalEntry(Start, "caller", id, "Put", "", "Creating", "created", 1, "{\"bandwidth\":1000}"u8.ToArray())],
            Effects = number % 2 == 0 ? [new Effect($"configure/{id.Key}", "configure", id, ReadOnlyMemory<byte>.Empty, Start)] : [],
        };
    }
}
