using System.Diagnostics;
using System.Globalization;
using Causeway.Primitives;

namespace Causeway.Bench;

/// <summary>The same VRPs and routes through rtrlib (RFC 8210's reference C library), compiled here when a compiler and its headers are there.</summary>
internal static class RtrlibYardstick
{
    /// <summary>What rtrlib measured and answered.</summary>
    public sealed record Result(double LoadSeconds, double PerSecond, long Valid, long NotFound, long Invalid);

    private const string Program = """
        #include <rtrlib/rtrlib.h>
        #include <stdio.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <string.h>
        #include <time.h>

        struct row { uint32_t addr[4]; uint32_t asn; uint8_t v4, len, max, pad; };

        static double now(void) { struct timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return t.tv_sec + t.tv_nsec / 1e9; }

        static struct row *load(const char *path, long *count)
        {
            FILE *f = fopen(path, "rb");
            if (!f) { perror(path); exit(1); }
            fseek(f, 0, SEEK_END);
            long size = ftell(f);
            rewind(f);
            struct row *rows = malloc(size);
            if (fread(rows, 1, size, f) != (size_t)size) { perror(path); exit(1); }
            fclose(f);
            *count = size / sizeof(struct row);
            return rows;
        }

        static void address(const struct row *r, struct lrtr_ip_addr *a)
        {
            memset(a, 0, sizeof *a);
            if (r->v4) { a->ver = LRTR_IPV4; a->u.addr4.addr = r->addr[0]; }
            else { a->ver = LRTR_IPV6; memcpy(a->u.addr6.addr, r->addr, 16); }
        }

        int main(int argc, char **argv)
        {
            long vrps, routes, seen[3] = {0, 0, 0};
            struct row *v = load(argv[1], &vrps), *q = load(argv[2], &routes);
            struct pfx_table table;
            pfx_table_init(&table, NULL);
            double start = now();
            for (long i = 0; i < vrps; i++) {
                struct pfx_record r;
                memset(&r, 0, sizeof r);
                r.asn = v[i].asn; r.min_len = v[i].len; r.max_len = v[i].max;
                address(&v[i], &r.prefix);
                if (pfx_table_add(&table, &r) != PFX_SUCCESS) return 2;
            }
            double loaded = now() - start, best = 1e9;
            for (int round = 0; round < 5; round++) {
                memset(seen, 0, sizeof seen);
                start = now();
                for (long i = 0; i < routes; i++) {
                    struct lrtr_ip_addr a;
                    enum pfxv_state state;
                    address(&q[i], &a);
                    pfx_table_validate(&table, q[i].asn, &a, q[i].len, &state);
                    seen[state]++;
                }
                double took = now() - start;
                if (took < best) best = took;
            }
            printf("%.6f %.6f %ld %ld %ld\n", loaded, routes / best, seen[BGP_PFXV_STATE_VALID], seen[BGP_PFXV_STATE_NOT_FOUND], seen[BGP_PFXV_STATE_INVALID]);
            return 0;
        }
        """;

    /// <summary>Compiles and runs; null with the reason when that cannot be done here.</summary>
    public static async Task<(Result? Result, string? WhyNot)> RunAsync(
        IReadOnlyCollection<Vrp> vrps,
        (IpPrefix Prefix, Asn Origin)[] routes,
        CancellationToken cancellation
    )
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("causeway-rtrlib-");
        try
        {
            string source = Path.Combine(folder.FullName, "validate.c"),
                binary = Path.Combine(folder.FullName, "validate");
            await File.WriteAllTextAsync(source, Program, cancellation);
            (int code, string output) = await ExecuteAsync("cc", ["-O2", "-o", binary, source, "-lrtr"], cancellation);
            if (code != 0)
                return (null, "no C compiler with librtr's headers: " + output.Trim().Split('\n')[0]);
            string vrpFile = Path.Combine(folder.FullName, "vrps"),
                routeFile = Path.Combine(folder.FullName, "routes");
            Write(vrpFile, vrps.Select(v => (v.Prefix, v.Asn, v.MaxLength)));
            Write(routeFile, routes.Select(r => (r.Prefix, r.Origin, (byte)0)));
            (code, output) = await ExecuteAsync(binary, [vrpFile, routeFile], cancellation);
            if (code != 0)
                return (null, $"the rtrlib program failed with {code}: {output.Trim()}");
            double[] n = [.. output.Split(' ').Select(s => double.Parse(s, CultureInfo.InvariantCulture))];
            return (new Result(n[0], n[1], (long)n[2], (long)n[3], (long)n[4]), null);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Write(string path, IEnumerable<(IpPrefix Prefix, Asn Asn, byte MaxLength)> rows)
    {
        using var file = new BinaryWriter(File.Create(path));
        foreach ((IpPrefix prefix, Asn asn, byte maxLength) in rows)
        {
            for (int word = 3; word >= 0; word--)
                file.Write((uint)(prefix.Bits >> (32 * word)));
            file.Write(asn.Value);
            file.Write(prefix.IsV4 ? (byte)1 : (byte)0);
            file.Write(prefix.Length);
            file.Write(maxLength);
            file.Write((byte)0);
        }
    }

    private static async Task<(int Code, string Output)> ExecuteAsync(string file, string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
            string output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return (process.ExitCode, process.ExitCode == 0 ? output : await errors);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}
