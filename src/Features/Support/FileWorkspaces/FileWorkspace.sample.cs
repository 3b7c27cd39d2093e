using Causeway.Domain.Support;
using Causeway.Primitives;
using Causeway.Workflows;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Samples.Support;

internal sealed class FileWorkspaceSample : Sample<FileWorkspace>
{
    public static readonly ResourceId WorkspaceId = Domain.Support.FileWorkspace.IdOf(Customer, "t1");
    private static readonly ResourceId s_other = Domain.Support.SupportTicket.IdOf(Customer, "t2");

    private static readonly FileWorkspace s_waiting = new() { Id = WorkspaceId, Created = At };

    public override Workflow<FileWorkspace> Workflow { get; } = new FileWorkspaceWorkflow();

    public override IReadOnlyList<(string Name, FileWorkspace? State)> States { get; } =
    [
        ("absent", null),
        ("Waiting", s_waiting),
        ("Waiting with a file", s_waiting with { Files = ["letter.pdf"] }),
        ("InUse", s_waiting with { Ticket = SupportTicketSample.TicketId }),
        (
            "InUse full",
            s_waiting with
            {
                Ticket = SupportTicketSample.TicketId,
                Files = [.. Enumerable.Range(0, Domain.Support.FileWorkspace.MostFiles).Select(n => $"{n}.txt")],
            }
        ),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put", new PutWorkspace(At, WorkspaceId, null)),
        ("Put under its ticket's name", new PutWorkspace(At, WorkspaceId, SupportTicketSample.TicketId)),
        ("Use", new UseWorkspace(At, SupportTicketSample.TicketId, IsNamed: false)),
        ("Use what the ticket names", new UseWorkspace(At, SupportTicketSample.TicketId, IsNamed: true)),
        ("Use by another", new UseWorkspace(At, s_other, IsNamed: true)),
        ("AddFile", new AddFile(At, "letter.pdf")),
        ("WokenUp", new WokenUp(At.AddDays(1), "expiry")),
    ];

    public override string Describe(FileWorkspace resource) =>
        $"{resource.StateName} {resource.Ticket?.Name} {resource.Files.Length} files, goes {(resource.Ticket is null ? $"{resource.Expires:u}" : "never")}";

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(new SamplePut($"{stage.Subscription}/providers/{Type}/sample{stage.Number}", "2024-04-01", "{}") { IsAgain = 201 });
}
