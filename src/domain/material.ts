/** What staff enter when a printer takes any material. */
const ANY_MATERIAL = 'any';

const normalise = (material: string): string => material.toUpperCase().replace(/[\s_-]/g, '');

/** Each once; `PLA;PETG` for several tools. */
const listed = (materials: string): readonly string[] => [
  ...new Set(
    materials
      .split(/[;,]/)
      .map(normalise)
      .filter(material => material !== ''),
  ),
];

/** Whether everything that the file asks for is loaded. */
export const hasMaterial = (loaded: string, wanted: string): boolean => {
  if (loaded.trim().toLowerCase() === ANY_MATERIAL) return true;
  const there = listed(loaded);
  return listed(wanted).every(material => there.includes(material));
};
