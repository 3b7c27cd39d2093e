using Causeway.Domain.Resources;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using static Causeway.Samples.Scopes;

namespace Causeway.Samples.Resources;

internal sealed class ManagementLockSample : Sample<ManagementLock>
{
    private static readonly ManagementLock s_lock = new(
        ManagementLock.IdOf(GroupId, "keep").Text,
        ManagementLock.CanNotDelete,
        "Ask the network team.",
        """{"owners":[{"applicationId":"a"}]}"""
    );

    private static readonly ManagementLock s_other = s_lock with { Key = ManagementLock.IdOf(SubscriptionId, "all").Text };

    public override Workflow<ManagementLock> Workflow { get; } = new LockWorkflow();

    public override IReadOnlyList<(string Name, ManagementLock? State)> States { get; } =
    [("absent", null), ("CanNotDelete", s_lock), ("ReadOnly", s_lock with { Level = ManagementLock.ReadOnly })];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put the same", new LockSignal.Put(s_lock, At)),
        ("Put ReadOnly", new LockSignal.Put(s_lock with { Level = ManagementLock.ReadOnly }, At)),
        ("Put without notes", new LockSignal.Put(s_lock with { Notes = null, Owners = null }, At)),
        ("Remove", new LockSignal.Remove(At)),
    ];

    public override string Describe(ManagementLock resource) => $"{resource.StateName} of {resource.Scope} '{resource.Notes}'";

    public override IReadOnlyList<Story> Stories =>
        [
            new(
                "a lock that is made, changed and taken away",
                () =>
                    new WorkflowStory
                    {
                        Workflows = [new LockWorkflow()],
                        Handlers = (_, _) => [],
                        Requests =
                        [
                            (engine, _) => SendAsync(engine, s_lock.Id, Type, new LockSignal.Put(s_lock, At)),
                            (engine, _) =>
                                SendAsync(engine, s_lock.Id, Type, new LockSignal.Put(s_lock with { Level = ManagementLock.ReadOnly }, At)),
                            (engine, _) => SendAsync(engine, s_other.Id, Type, new LockSignal.Put(s_other, At)),
                            (engine, _) => SendAsync(engine, s_other.Id, Type, new LockSignal.Remove(At)),
                            (engine, _) => SendAsync(engine, s_lock.Id, Type, new LockSignal.Remove(At)),
                        ],
                        End = async store =>
                        {
                            Assert.Empty((await store.ListAsync(new ResourceQuery(), default)).Items);
                            return "unlocked";
                        },
                    }
            ),
        ];

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(
            new SamplePut($"{stage.Group}/providers/{Type}/sample{stage.Number}", "2016-09-01", Body("CanNotDelete"))
            {
                Changed = Body("ReadOnly"),
            }
        );

    private static string Body(string level) => $$$"""{"properties":{"level":"{{{level}}}","notes":"Two\nlines."}}""";
}
