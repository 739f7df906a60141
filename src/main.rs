use identilint::{workspace::*, resolve::eval::Deployment};
fn main(){
  let t=std::time::Instant::now();
  let here=std::env::current_dir().unwrap();
  let w=Workspace::load(&Request{directory:here,paths:std::env::args().skip(1).map(Into::into).collect(),parameter_files:vec![]}).unwrap();
  println!("load {:?} files {} analysed {} partial {:?} skipped {:?}", t.elapsed(), w.sources.len(), w.analysed, w.partial, w.skipped);
  let roots=w.program.roots();
  println!("modules {} roots {}", w.program.modules.len(), roots.len());
  let t=std::time::Instant::now();
  std::thread::Builder::new().stack_size(256<<20).spawn(move||{
  let (mut ni,mut nn, mut big)=(0,0,(0,String::new()));
  for r in roots { let d=Deployment::new(&w.program,r); let (i,n)=d.expand(); for x in &n { d.body(*x); } ni+=i.len(); nn+=n.len(); if n.len()>big.0 {big=(n.len(), w.program.module(r).unwrap().path.to_string());} }
  println!("expand+bodies {:?} instances {} nodes {} biggest {:?}", t.elapsed(), ni, nn, big);
  }).unwrap().join().unwrap();
}
