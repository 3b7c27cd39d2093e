using Causeway.Bgp.Tables;

namespace Causeway.Bgp.Tests.Tables;

public sealed class RehearsalTests
{
    [Fact]
    public void Made_up_routes_go_all_the_way_out()
    {
        // Were one of them refused, much of the way would not be gone. IPv4 is withdrawn before IPv6 is announced.
        Assert.Equal(64, Rehearsal.Run());
    }
}
