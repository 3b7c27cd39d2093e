namespace Causeway.Samples.Support;

internal sealed class CommunicationSample : Sample
{
    public override string Type => "Microsoft.Support/supportTickets/communications";

    public override async ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new SamplePut(
            $"{await stage.MakeAsync<SupportTicketSample>()}/communications/sample",
            "2024-04-01",
            """{"properties":{"subject":"The second page","body":"It names us.\nSee there.","sender":"ann@example.net"}}"""
        )
        {
            IsMade = 200,
        };
}
