namespace Causeway.Bgp.Tests.Interop;

public class GoBgpInteropTests() : DaemonConformance("GoBGP", 2, plan => new GoBgpDaemon(plan));
