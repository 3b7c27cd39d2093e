namespace Causeway.Bgp.Tests.Interop;

public class FrrInteropTests() : DaemonConformance("FRR", 3, plan => new FrrDaemon(plan));
