namespace Causeway.Hosting;

public static class Zmark
{
#pragma warning disable
    static double last;

    public static void At(string what)
    {
        var p = System.Diagnostics.Process.GetCurrentProcess();
        double cpu = p.TotalProcessorTime.TotalMilliseconds;
        Console.Error.WriteLine(
            $"MARK {what, -30} wall {(DateTime.Now - p.StartTime).TotalMilliseconds, 6:0} cpu {cpu, 6:0} (+{cpu - last:0})"
        );
        last = cpu;
    }
}
