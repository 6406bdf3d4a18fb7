using System.Globalization;
using Causeway.Load.Generator;
using Causeway.Load.Peers;

namespace Causeway.Load.Compare;

/// <summary>
/// Whole rounds of a comparison, kept so that a later sitting can add to them: for a machine that is never quiet long enough for all rounds at
/// once. The first line says what was measured, each other line is one sample. Only sittings of the same peers go together.
/// </summary>
internal sealed class SampleFile(string path, IEnumerable<Peer> peers)
{
    private readonly string _head = string.Join(" · ", peers.Select(peer => $"{peer.Name}: {peer.Description}"));

    /// <summary>Reads what earlier sittings have kept.</summary>
    public void AddTo(Measurements measurements)
    {
        if (!File.Exists(path))
            return;
        var lines = File.ReadAllLines(path);
        if (lines.FirstOrDefault() != _head)
            throw new UsageException($"{path} holds rounds of other peers than these; remove it, or name another file");
        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split('\t');
            var scenario = Scenario.Find(fields[1]);
            var numbers = (Cpu: double.Parse(fields[2], CultureInfo.InvariantCulture), Peak: long.Parse(fields[3], CultureInfo.InvariantCulture));
            measurements.Add(fields[0], scenario, new Sample(LoadResult.FromJson(fields[4]), numbers.Cpu, numbers.Peak));
        }
    }

    public void Append(IEnumerable<(string Peer, Scenario Scenario, Sample Sample)> round)
    {
        if (!File.Exists(path))
            File.WriteAllText(path, _head + "\n");
        File.AppendAllLines(path, round.Select(one => string.Create(CultureInfo.InvariantCulture,
            $"{one.Peer}\t{one.Scenario.Name}\t{one.Sample.CpuSeconds}\t{one.Sample.PeakResident}\t{one.Sample.Load.ToJson()}")));
    }
}
