namespace Causeway.TinyRecipe;

/// <summary>Conversations as the files that OpenAI's fine-tuning takes.</summary>
internal static class DataFiles
{
    private const int HeldOut = 500;

    public static void Write(Options options)
    {
        Directory.CreateDirectory(options.Folder);
        Lines("train.jsonl", new SupportDesk(options.Seed, Lesson.Second, options.Limit), options.Count);
        Lines("heldout.jsonl", new SupportDesk(options.Seed + 1, Lesson.HeldOut, options.Limit), HeldOut);

        void Lines(string name, SupportDesk desk, int count) =>
            File.WriteAllLines(Path.Combine(options.Folder, name), Enumerable.Range(0, count).Select(_ => desk.Next().ToJson().ToJsonString()));
    }
}
